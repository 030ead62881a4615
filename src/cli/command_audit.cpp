#include <charconv>

#include "besa/base/text.hpp"
#include "cli/command_groups.hpp"

namespace besa::cli {
namespace {

struct LogFlags {
  std::optional<std::uint64_t> from, limit;
};

void log_flags(Flags& flags, LogFlags& options) {
  flags.number("--from", options.from, "the first entry to show (default 0)");
  flags.number("--limit", options.limit, "how many at most (default: all)");
}

int log(Context& context, const LogFlags& options) {
  const ledger::Ledger& ledger = context.session().ledger();
  const std::uint64_t from = std::min(options.from.value_or(0), ledger.size());
  const std::uint64_t count = std::min(options.limit.value_or(ledger.size()), ledger.size() - from);
  ledger.entries(from, count, [&](const ledger::Entry& entry) {
    if (context.json()) {
      context.out() << to_line(Json{{"index", entry.index}, {"entry", parse_json(entry.bytes)}})
                    << '\n';
    } else {
      context.out() << entry.index << ' ' << for_terminal(entry.bytes) << '\n';
    }
  });
  return 0;
}

struct OutFlags {
  std::string out;
};

void out_flags(Flags& flags, OutFlags& options) {
  flags.text("--out", "FILE", options.out, "write it there instead of printing it");
}

void deliver(const Context& context, const std::string& out, const std::string& text) {
  if (out.empty()) {
    context.out() << text;
  } else {
    write_file(context.path(out), text, 0644);
  }
}

int checkpoint(Context& context, const OutFlags& options) {
  ledger::Ledger& ledger = context.session().ledger();
  const std::string note = ledger.checkpoint();
  if (context.json()) {
    context.print({{"size", ledger.size()}, {"root", ledger.root().hex()}, {"note", note}});
  }
  if (!context.json() || !options.out.empty()) {
    deliver(context, options.out, note);
  }
  ledger.mark_checkpoint_exported(ledger.size());
  return 0;
}

struct ProveFlags {
  std::string index, out;
};

void prove_flags(Flags& flags, ProveFlags& options) {
  flags.positional("N", options.index, "the entry's number, as 'besa audit log' shows it");
  flags.text("--out", "FILE", options.out, "write it there instead of printing it");
}

std::uint64_t entry_number(const std::string& text, std::uint64_t size) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw Error(ErrorKind::usage, "'" + text + "' is no entry's number",
                "'besa audit log' shows them");
  }
  if (number >= size) {
    throw Error(ErrorKind::failed,
                "the log has no entry " + text + "; it has " + counted(size, "entry", "entries"),
                "the first is entry 0");
  }
  return number;
}

int prove(Context& context, const ProveFlags& options) {
  ledger::Ledger& ledger = context.session().ledger();
  const std::uint64_t number = entry_number(options.index, ledger.size());
  static_cast<void>(ledger.checkpoint());
  const std::string proof = ledger.prove(number).text();
  if (context.json()) {
    context.print({{"index", number}, {"proof", proof}});
  } else {
    deliver(context, options.out, proof);
  }
  return 0;
}

struct VerifyLogFlags {
  std::string since;
};

void verify_log_flags(Flags& flags, VerifyLogFlags& options) {
  flags.text("--since", "FILE", options.since,
             "a checkpoint that was kept elsewhere: it must be a part of this log");
}

Json as_json(const ledger::Ledger& ledger, const std::vector<ledger::Tampering>& found) {
  Json list = Json::array();
  for (const ledger::Tampering& tampering : found) {
    list.push_back({{"where", tampering.where}, {"what", tampering.what}});
  }
  return {{"sound", found.empty()},
          {"entries", ledger.size()},
          {"root", ledger.root().hex()},
          {"tampered", list}};
}

int verify_log(Context& context, const VerifyLogFlags& options) {
  const ledger::Ledger& ledger = context.session().ledger();
  std::vector<ledger::Tampering> found = ledger.verify();
  if (!options.since.empty()) {
    const auto older = ledger.verify_since(context.content_of(options.since));
    found.insert(found.end(), older.begin(), older.end());
  }
  if (context.json()) {
    context.print(as_json(ledger, found));
    return found.empty() ? 0 : static_cast<int>(ErrorKind::finding);
  }
  for (const ledger::Tampering& tampering : found) {
    context.out() << for_terminal(tampering.where) << ": " << for_terminal(tampering.what) << '\n';
  }
  if (!found.empty()) {
    context.out() << "The log was tampered with: " << counted(found.size(), "place", "places")
                  << ".\n";
    return static_cast<int>(ErrorKind::finding);
  }
  context.out() << "Sound: " << counted(ledger.size(), "entry", "entries") << ", "
                << counted(ledger.checkpoints().size(), "signed checkpoint", "signed checkpoints")
                << ", root " << ledger.root().hex()
                << (options.since.empty() ? "" : "; the kept checkpoint is a part of it") << ".\n";
  return 0;
}

}  // namespace

void add_audit(Tree& tree) {
  tree.noun("audit", "besa's own memory, and the proof that it is whole");
  tree.add<LogFlags>({{"audit", "log"},
                      "the entries, each with its number",
                      {"besa audit log", "besa audit log --from 10 --limit 5 --format json"}},
                     log_flags, log);
  tree.add<OutFlags>({{"audit", "checkpoint"},
                      "sign the log as it is: three lines to keep elsewhere",
                      {"besa audit checkpoint --out checkpoint.txt"}},
                     out_flags, checkpoint);
  tree.add<ProveFlags>({{"audit", "prove"},
                        "a file that proves one entry to be in the log",
                        {"besa audit prove 0 --out entry-0.tlog-proof"}},
                       prove_flags, prove);
  tree.add<VerifyLogFlags>({{"audit", "verify"},
                            "rebuild everything from the entries and compare",
                            {"besa audit verify", "besa audit verify --since checkpoint.txt"}},
                           verify_log_flags, verify_log);
}

}  // namespace besa::cli
