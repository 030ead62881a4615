#include "source/cleaning_step.hpp"

#include <chrono>

#include "besa/base/error.hpp"

namespace besa::source {

void not_done(const std::string& why) {
  throw Error(ErrorKind::partial, why);
}

bool do_step(Cleaning& cleaning, const std::string& name,
             const std::function<std::string()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  Cleaning::Step record{name, true, {}, 0};
  try {
    record.detail = work();
  } catch (const Error& error) {
    record.done = false;
    record.detail = error.message();
  } catch (const std::filesystem::filesystem_error& error) {
    record.done = false;
    record.detail = error.code().message();
  }
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  cleaning.steps.push_back(std::move(record));
  return cleaning.steps.back().done;
}

}  // namespace besa::source
