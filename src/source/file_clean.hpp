// What follows a committed change of files of text: temporaries of killed changes go, then every
// file that lies with the dataset is looked at for the erased values.
//
// Such a file has no unused bytes: what is found in a file of the dataset lies in a live cell. What
// else lies in its folders (an editor's copy, an older export, hidden files too) counts as a side
// file. Values are sought whole, as UTF-8, UTF-16 and in the declared encoding, also as the format
// spells them (quotes doubled, characters escaped); packed files in what they unpack to.
#pragma once

#include "source/file_tables.hpp"

namespace besa::source {

/// `steps`: what the changes before it had to say, which goes first.
[[nodiscard]] Cleaning clean_files(FileTables& tables, std::vector<Cleaning::Step> steps,
                                   const std::vector<std::string>& erased,
                                   std::vector<LiveRows> live);

}  // namespace besa::source
