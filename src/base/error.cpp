#include "besa/base/error.hpp"

#include <utility>

namespace besa {

Error::Error(ErrorKind kind, std::string message, std::string hint)
    : kind_(kind), message_(std::move(message)), hint_(std::move(hint)) {}

Error& Error::within(const std::string& where) {
  message_.insert(0, where + ": ");
  return *this;
}

}  // namespace besa
