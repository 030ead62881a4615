#include "besa/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace besa {

void in_parallel(std::size_t workers, std::size_t items,
                 const std::function<void(std::size_t, std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex guard;
  std::exception_ptr failure;
  const auto take = [&](std::size_t worker) {
    try {
      for (std::size_t item = next++; item < items; item = next++) work(worker, item);
    } catch (...) {
      next = items;
      const std::lock_guard lock(guard);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::jthread> threads;
  try {
    for (std::size_t worker = 1; worker < std::min(workers, items); ++worker)
      threads.emplace_back(take, worker);
  } catch (const std::system_error&) {
    // No more threads are to be had here: those that there are do the work.
  }
  take(0);
  threads.clear();
  if (failure) std::rethrow_exception(failure);
}

std::size_t processors(std::size_t most) {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most);
}

}  // namespace besa
