// What was found when all files of a dataset were read through, remembered for whoever asks next
// about the same contents: in this run, and in a private file also for other runs, so that an
// export of gigabytes need not be checked to its last byte again for every question about one
// person.
//
// It is good for exactly these files in exactly these states (data_file.hpp), read as the same
// format with the same declarations. The file is a convenience, never a proof: who decides or
// erases does without (OpenOptions::note). Whatever is wrong with it, it is as if there were none.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "besa/base/json.hpp"
#include "source/data_file.hpp"

namespace besa::source {

/// The contents of a dataset's files.
using FileStates = std::map<std::filesystem::path, FileState>;

class ReadBefore {
 public:
  /// `note`: where it is kept; empty: nowhere. `read_as`: format and declarations, in any form.
  ReadBefore(std::filesystem::path note, std::string read_as)
      : note_(std::move(note)), read_as_(std::move(read_as)) {}
  [[nodiscard]] std::optional<Json> found_in(const FileStates& files) const;
  /// What young files say is not written down: a change of the same moment could not be told.
  /// `found` is no personal data: nothing that besa was not told by who declared the dataset.
  void keep(const FileStates& files, const Json& found) const;
  /// The same, in this run only.
  void keep_for_now(const FileStates& files, const Json& found) const;

 private:
  [[nodiscard]] std::optional<Json> noted(const std::string& name) const;
  [[nodiscard]] std::string name_of(const FileStates& files) const;
  std::filesystem::path note_;
  std::string read_as_;
};

}  // namespace besa::source
