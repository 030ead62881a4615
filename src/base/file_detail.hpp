// What the file_*.cpp share: opening without surprises, and errors that name the file.
#pragma once

#include <string>

#include "besa/base/error.hpp"
#include "besa/base/file.hpp"

namespace besa::detail {

/// Throws Error(failed) "PATH: doing: reason", the reason from errno.
[[noreturn]] void fail(const Path& path, const std::string& doing);
/// open(2) with O_CLOEXEC|O_NOFOLLOW; Error(failed) where it does not work.
[[nodiscard]] Fd open_checked(const Path& path, int flags, mode_t mode = 0);
/// For reading; Error(failed) unless it is a regular file. Never waits for a FIFO's other end.
[[nodiscard]] Fd open_regular(const Path& path);
/// read(2), repeated after a signal; Error(failed) where it does not work.
[[nodiscard]] std::size_t read_some(const Path& path, const Fd& fd, char* into, std::size_t size);
/// write(2) until all is written; Error(failed) where it does not work.
void write_all(const Path& path, const Fd& fd, std::string_view bytes);
/// fsync(2), once: a failed fsync may have dropped the pages, so repeating it proves nothing.
void sync(const Path& path, const Fd& fd);
/// The folder a path lies in, "." for a bare name.
[[nodiscard]] Path folder_of(const Path& path);

}  // namespace besa::detail
