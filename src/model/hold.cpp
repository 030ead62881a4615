#include "besa/model/hold.hpp"

#include <algorithm>

namespace besa::model {

bool Hold::covers(const std::string& table) const {
  return tables.empty() || std::find(tables.begin(), tables.end(), table) != tables.end();
}

}  // namespace besa::model
