// The bytes of a customer's file in order, as they are or as what they stand for: unpacked, or as
// UTF-8. Constant memory, whatever the file's size; no format of rows is known here.
#pragma once

#include <memory>
#include <vector>

#include "besa/base/character_set.hpp"
#include "source/data_file.hpp"

namespace besa::source {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Fewer bytes than asked for only at the end. Error(failed) where the file cannot be read.
  [[nodiscard]] virtual std::size_t read(char* into, std::size_t size) = 0;
  /// After the end: Error(failed) where the file is no longer the one that was opened.
  virtual void finish() = 0;
};

/// True for names whose content is packed (.gz, .zst): such files are read, never changed.
[[nodiscard]] bool is_packed(const std::filesystem::path& path);
/// The name that a packed file has when it is unpacked; any other as it is.
[[nodiscard]] std::filesystem::path unpacked_name(std::filesystem::path path);
/// The file as it is, unpacked where its name says so; UTF-16 becomes UTF-8 (its mark too), other
/// sets stay as they are.
[[nodiscard]] std::unique_ptr<ByteStream> open_stream(std::shared_ptr<const DataFile> file,
                                                      CharacterSet encoding);

/// Stretches of a file, one behind the other, as if there were nothing between them.
struct Stretch {
  std::uint64_t begin = 0, end = 0;
};
[[nodiscard]] std::unique_ptr<ByteStream> stream_of(std::shared_ptr<const DataFile> file,
                                                    std::vector<Stretch> stretches);

}  // namespace besa::source
