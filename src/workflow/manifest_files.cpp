#include "besa/workflow/manifest_files.hpp"

#include "besa/base/digest.hpp"

namespace besa::workflow {
namespace {

constexpr std::uint64_t lines_of_chunk = 65'536;
constexpr const char* header_file = "header.json";
constexpr const char* body_file = "body.jsonl";

Error changed(const Path& folder, std::uint64_t chunk) {
  return {ErrorKind::refused,
          (folder / body_file).filename().string() + " of manifest " + folder.filename().string() +
              " was changed after it was written (chunk " + std::to_string(chunk + 1) + ")",
          "reject it with 'besa manifest reject' and draft it again with 'besa sweep'"};
}

}  // namespace

struct ManifestWriter::State {
  Path folder, building;
  std::unique_ptr<FileWriter> body;
  std::string written;  ///< lines of one chunk, not yet in the file nor in the hash
  Sha256 hash;
  std::uint64_t lines = 0;
  std::vector<Digest> chunks;
  bool finished = false;

  void add(const auto& line) {
    constexpr std::size_t many = std::size_t{64} * 1024;
    model::append_line(written, line);
    const bool last = ++lines % lines_of_chunk == 0;
    if (last || written.size() >= many) write();
    if (last) chunks.push_back(hash.finish());
  }

  void write() {
    body->write(written);
    hash.update(written);
    written.clear();
  }
};

ManifestWriter::ManifestWriter(const Path& folder) : state_(std::make_unique<State>()) {
  state_->folder = folder;
  state_->building = folder.parent_path() / ("." + folder.filename().string() + ".part");
  if (std::filesystem::exists(folder))
    throw Error(ErrorKind::failed, "manifest " + folder.filename().string() + " exists already");
  destroy_manifest(state_->building);
  make_folder(state_->building);
  state_->body = std::make_unique<FileWriter>(state_->building / body_file);
}

ManifestWriter::~ManifestWriter() {
  if (!state_ || state_->finished) return;
  try {
    destroy_manifest(state_->building);  // before the writer unlinks its file as it is
  } catch (const std::exception&) {
    return;  // a leftover folder is destroyed by the next draft
  }
}

void ManifestWriter::add(const model::SubjectLine& line) {
  state_->add(line);
}

void ManifestWriter::add(const model::RecordLine& line) {
  state_->add(line);
}

Digest ManifestWriter::finish(model::ManifestHeader& header) {
  state_->write();
  if (state_->lines % lines_of_chunk != 0) state_->chunks.push_back(state_->hash.finish());
  header.chunk_lines = lines_of_chunk;
  header.body_lines = state_->lines;
  header.body_bytes = state_->body->size();
  header.chunks = state_->chunks;
  state_->body->commit();
  const std::string text = header.to_text();
  write_file(state_->building / header_file, text);
  std::error_code error;
  std::filesystem::rename(state_->building, state_->folder, error);
  if (error)
    throw Error(ErrorKind::failed,
                state_->folder.string() + ": cannot be put in place: " + error.message());
  sync_folder(state_->folder.parent_path());
  state_->finished = true;
  return sha256(text);
}

model::ManifestHeader read_header(const Path& folder, Digest* digest) {
  if (!std::filesystem::exists(folder / header_file))
    throw Error(ErrorKind::failed, "no manifest " + folder.filename().string() + " here",
                "'besa manifest list' shows those there are");
  const std::string text = read_file(folder / header_file);
  if (digest != nullptr) *digest = sha256(text);
  try {
    return model::ManifestHeader::parse(text);
  } catch (Error& error) {
    throw error.within("manifest " + folder.filename().string());
  }
}

void read_body(const Path& folder, const model::ManifestHeader& header,
               const std::function<void(const model::BodyLine&)>& each) {
  if (!std::filesystem::exists(folder / body_file))
    throw Error(ErrorKind::refused, "the body of manifest " + header.id + " is gone",
                "a closed manifest keeps its header only; draft a new one with 'besa sweep'");
  LineReader reader(folder / body_file);
  Sha256 hash;
  std::string chunk;  // verified whole before any of its lines is shown
  std::vector<std::size_t> ends;
  std::uint64_t number = 0, lines = 0;
  const auto show = [&] {
    if (number >= header.chunks.size() || hash.update(chunk).finish() != header.chunks[number])
      throw changed(folder, number);
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
      each(model::parse_body_line(std::string_view(chunk).substr(begin, end - begin)));
      begin = end + 1;
    }
    chunk.clear();
    ends.clear();
    ++number;
  };
  while (const auto line = reader.next()) {
    chunk.append(*line);
    ends.push_back(chunk.size());
    chunk.push_back('\n');
    if (++lines % header.chunk_lines == 0) show();
  }
  if (!ends.empty()) show();
  if (lines != header.body_lines || number != header.chunks.size()) throw changed(folder, number);
}

void destroy_body(const Path& folder) {
  if (std::filesystem::exists(folder / body_file)) destroy_file(folder / body_file);
}

void destroy_manifest(const Path& folder) {
  if (!std::filesystem::exists(folder)) return;
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (!entry.is_symlink() && entry.is_regular_file()) files.push_back(entry.path());
  for (const Path& file : files) destroy_file(file);
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error)
    throw Error(ErrorKind::failed, folder.string() + ": cannot be removed: " + error.message());
  sync_folder(folder.parent_path());
}

}  // namespace besa::workflow
