#include "besa/base/error.hpp"

#include <utility>

namespace besa {

Error::Error(ErrorKind kind, std::string message, std::string hint)
    : kind_(kind), message_(std::move(message)), hint_(std::move(hint)) {}

Error Error::out_of_reach(std::string message, std::string hint) {
  Error error(ErrorKind::failed, std::move(message), std::move(hint));
  error.out_of_reach_ = true;
  return error;
}

Error& Error::within(const std::string& where) {
  message_.insert(0, where + ": ");
  return *this;
}

}  // namespace besa
