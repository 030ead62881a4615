#include "workflow/busy.hpp"

#include <chrono>
#include <random>
#include <thread>

#include "besa/base/error.hpp"
#include "besa/workflow/apply.hpp"

namespace besa::workflow {
namespace {

constexpr int tries = 5;
constexpr std::chrono::seconds longest{60};
constexpr std::chrono::milliseconds first_pause{100};

void pause(int tried) {
  std::minstd_rand chance(std::random_device{}());
  std::uniform_real_distribution<double> part(1.0, 1.5);
  std::this_thread::sleep_for(first_pause * (1 << (tried - 1)) * part(chance));
}

}  // namespace

void again_while_busy(const std::function<void()>& work, const std::function<void()>& undo) {
  const auto begun = std::chrono::steady_clock::now();
  for (int tried = 1;; ++tried) {
    try {
      return work();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::busy) throw;
      undo();
      const bool late = std::chrono::steady_clock::now() - begun > longest;
      if (tried == tries || late || stop_requested()) throw;
    }
    pause(tried);
  }
}

}  // namespace besa::workflow
