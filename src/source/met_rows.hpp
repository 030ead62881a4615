// Where the rows lie that say certain texts, remembered from one pass to the next: who asks for one
// person's rows asks every table several times, and the second time only they are read.
//
// What is remembered is good for one content of a file (data_file.hpp) that was read to its end, so
// every byte of it was checked once. It is little: a set of more rows is not kept.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "source/byte_stream.hpp"
#include "source/table_scan.hpp"

namespace besa::source {

class MetRows {
 public:
  /// The rows of this content of the file that say one of the texts, others perhaps among them;
  /// nullopt where it is not known.
  [[nodiscard]] std::optional<std::vector<Stretch>> of(const DataFile& file,
                                                       const Mentions& mentions) const;
  /// In the order in which they lie.
  void remember(const DataFile& file, const Mentions& mentions, std::vector<Stretch> rows);
  /// More rows than this are not kept.
  static constexpr std::size_t many = 10'000;

 private:
  struct Known {
    FileState state;
    std::vector<Stretch> rows;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::filesystem::path, Mentions>, Known> known_;
};

}  // namespace besa::source
