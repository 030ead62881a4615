// Tables whose rows say by what somebody is known. Private to workflow.
#pragma once

#include <string>
#include <vector>

#include "workflow/examine.hpp"

namespace besa::workflow {

/// The columns of identifiers of one table, and the way from its rows to whose they are.
struct Bearer {
  const model::Dataset* dataset = nullptr;
  model::Attachment way;

  [[nodiscard]] const std::vector<model::Identifier>& identifiers() const {
    return dataset->tables[way.table].identifiers;
  }
  [[nodiscard]] std::string what(const model::Identifier& identifier) const {
    return way.subject + "/" + identifier.kind;
  }
  [[nodiscard]] std::string root() const { return way.root_name(); }
  [[nodiscard]] bool abroad() const { return way.leads_out(*dataset); }
};

/// Those in the sources that are there, each with the ways that lead to people by their key.
[[nodiscard]] std::vector<Bearer> bearers(const Realm& realm, const Sources& sources);

}  // namespace besa::workflow
