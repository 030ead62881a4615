// bench_look ADDRESS VALUES
//
// The look at the bytes that follows an erasure, alone: are any of the values (one on each line of
// the file VALUES) still in the store at ADDRESS (csv:FOLDER, jsonl:FOLDER, sqlite:FILE)? Prints
// how often they were found and how many million bytes were read a second; the values are read
// before the clock starts.
#include <chrono>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "besa/base/error.hpp"
#include "besa/source/source.hpp"

namespace {

using besa::source::Cleaning;
using besa::source::Residue;

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw besa::Error(besa::ErrorKind::failed, "'" + path + "' cannot be read");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

void run(const std::string& address, const std::vector<std::string>& values) {
  besa::source::OpenOptions options;
  options.for_change = true;
  const auto source = besa::source::open(address, ".", options);
  (void)source->schema();
  const auto begin = std::chrono::steady_clock::now();
  const Cleaning cleaning = source->clean(values, {}, besa::source::VacuumPolicy::never);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  for (const Cleaning::Step& step : cleaning.steps)
    if (!step.done) throw besa::Error(besa::ErrorKind::failed, step.name + ": " + step.detail);
  std::uint64_t hits = 0;
  for (const Residue::Hit& hit : cleaning.residue.hits) hits += hit.count;
  std::cout << hits << ' '
            << static_cast<std::uint64_t>(static_cast<double>(cleaning.residue.bytes_read) /
                                          taken.count() / 1e6)
            << '\n';
}

}  // namespace

int main(int count, char** words) {
  try {
    if (count != 3) throw besa::Error(besa::ErrorKind::usage, "bench_look ADDRESS VALUES");
    run(words[1], lines_of(words[2]));
    return 0;
  } catch (const besa::Error& error) {
    std::cerr << "bench_look: " << error.message() << '\n';
    return 1;
  }
}
