#include "cli/help.hpp"

#include <CLI/App.hpp>
#include <algorithm>

#include "besa/base/text.hpp"

namespace besa::cli {
namespace {

constexpr const char* first_page =
    R"(besa keeps the promises of a privacy policy, and proves that it did.

  besa init --example happy DIR   a workspace with an example company to try it on
  besa status                     what is due, and the command that settles it
  besa sweep                      who is due: writes a manifest, changes nothing
  besa manifest show M            what exactly would be erased, and why
  besa manifest approve M         a second person signs it
  besa manifest apply M           erases, looks again, certifies
  besa explain SUBJECT            why one person's data is kept or goes
  besa audit verify               whether the log was tampered with

'besa help' lists every command, 'besa help COMMAND' explains one; 'man besa' has it all.
)";

void print_padded(std::ostream& out, const std::string& left, std::size_t width,
                  const std::string& right) {
  out << "  " << left << std::string(left.size() < width ? width - left.size() : 0, ' ') << "  "
      << right << '\n';
}

using Line = std::pair<std::string, std::string>;

void print_lines(std::ostream& out, const std::vector<Line>& lines) {
  std::size_t width = 0;
  for (const auto& [left, right] : lines) {
    width = std::max(width, left.size());
  }
  for (const auto& [left, right] : lines) {
    print_padded(out, left, width, right);
  }
}

std::string left_of(const OptionHelp& option) {
  std::string text = join(option.names, ", ");
  if (!option.value.empty() && !option.positional) {
    text += ' ' + option.value;
  }
  return text;
}

std::vector<Line> lines_of(const std::vector<OptionHelp>& options, bool positional) {
  std::vector<Line> lines;
  for (const OptionHelp& option : options) {
    if (option.positional == positional) {
      lines.emplace_back(left_of(option), option.description);
    }
  }
  return lines;
}

std::string usage(const Tree::Entry& entry) {
  std::string text = "usage: besa " + join(entry.text.words, " ");
  const std::vector<OptionHelp> options = options_of(entry.app);
  if (std::any_of(options.begin(), options.end(),
                  [](const OptionHelp& option) { return !option.positional; })) {
    text += " [OPTIONS]";
  }
  for (const OptionHelp& option : options) {
    if (option.positional) {
      text += option.required ? ' ' + option.names.front() : " [" + option.names.front() + ']';
    }
  }
  return text;
}

void print_section(std::ostream& out, const std::string& title, const std::vector<Line>& lines) {
  if (!lines.empty()) {
    out << '\n' << title << ":\n";
    print_lines(out, lines);
  }
}

void print_command(std::ostream& out, const Tree::Entry& entry) {
  out << usage(entry) << "\n\n" << entry.text.summary << '\n';
  const std::vector<OptionHelp> options = options_of(entry.app);
  print_section(out, "arguments", lines_of(options, true));
  print_section(out, "options", lines_of(options, false));
  print_section(out, "options of every command", lines_of(common_options(), false));
  out << "\nexamples:\n";
  for (const std::string& example : entry.text.examples) {
    out << "  " << example << '\n';
  }
}

void print_noun(std::ostream& out, const Tree& tree, const CLI::App* noun) {
  out << "usage: besa " << noun->get_name() << " VERB [OPTIONS]\n\n"
      << noun->get_description() << "\n\nverbs:\n";
  std::vector<Line> lines;
  for (const Tree::Entry& entry : tree.entries()) {
    if (entry.app->get_parent() == noun) {
      lines.emplace_back(entry.text.words.back(), entry.text.summary);
    }
  }
  print_lines(out, lines);
  out << "\n'besa help " << noun->get_name() << " VERB' explains one.\n";
}

}  // namespace

void print_first_page(std::ostream& out) {
  out << first_page;
}

void print_all_commands(std::ostream& out, const Tree& tree) {
  out << "usage: besa COMMAND [OPTIONS]\n\ncommands:\n";
  std::vector<Line> lines;
  for (const Tree::Entry& entry : tree.entries()) {
    lines.emplace_back(join(entry.text.words, " "), entry.text.summary);
  }
  print_lines(out, lines);
  print_section(out, "options of every command", lines_of(common_options(), false));
  out << "\n'besa help COMMAND' explains one; 'man besa' has it all.\n";
}

void print_help(std::ostream& out, const Tree& tree, const CLI::App* app) {
  if (const Tree::Entry* entry = tree.entry(app)) {
    print_command(out, *entry);
  } else if (app->get_parent() != nullptr) {
    print_noun(out, tree, app);
  } else {
    print_all_commands(out, tree);
  }
}

}  // namespace besa::cli
