// Several pieces of work shared among threads.
#pragma once

#include <cstddef>
#include <functional>

namespace besa {

/// Calls `work(worker, item)` once for each item below `items`, in their order as far as there are
/// workers free, from at most `workers` threads (0 … workers - 1, this one among them); returns
/// when all are done. What one throws is thrown here, once nobody works any more; items that were
/// not begun by then are left out.
void in_parallel(std::size_t workers, std::size_t items,
                 const std::function<void(std::size_t worker, std::size_t item)>& work);

/// How many threads can work at once here; at least 1, at most `most`.
[[nodiscard]] std::size_t processors(std::size_t most);

}  // namespace besa
