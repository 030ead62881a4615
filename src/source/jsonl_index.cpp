#include "source/jsonl_index.hpp"

#include <simdjson.h>

#include <algorithm>

namespace besa::source {

struct JsonlIndex::Engine {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  std::size_t capacity = 0;
  std::uint32_t nothing[1] = {0};  ///< the marks of an empty stretch
  const std::uint32_t* marks = nothing;
  std::size_t count = 0;
};

static_assert(JsonlIndex::padding >= simdjson::SIMDJSON_PADDING);

JsonlIndex::JsonlIndex() : engine_(std::make_unique<Engine>()) {}

JsonlIndex::~JsonlIndex() = default;

JsonlFault JsonlIndex::find(const char* bytes, std::size_t size) {
  Engine& engine = *engine_;
  engine.nothing[0] = static_cast<std::uint32_t>(size);
  engine.marks = engine.nothing;
  engine.count = 0;
  if (size == 0) return JsonlFault::none;
  if (engine.capacity < size) {
    engine.capacity = std::max<std::size_t>(size, 1024);
    const auto made = simdjson::get_active_implementation()->create_dom_parser_implementation(
        engine.capacity, 1, engine.parser);
    if (made != simdjson::SUCCESS) return JsonlFault::no_memory;
  }
  const auto result = engine.parser->stage1(reinterpret_cast<const std::uint8_t*>(bytes), size,
                                            simdjson::stage1_mode::regular);
  switch (result) {
    case simdjson::SUCCESS:
      engine.marks = engine.parser->structural_indexes.get();
      engine.count = engine.parser->n_structural_indexes;
      return JsonlFault::none;
    case simdjson::EMPTY:  // nothing but white space
      return JsonlFault::none;
    case simdjson::UTF8_ERROR:
      return JsonlFault::not_utf8;
    case simdjson::UNESCAPED_CHARS:
      return JsonlFault::control_character;
    case simdjson::UNCLOSED_STRING:
      return JsonlFault::open_string;
    default:
      return JsonlFault::no_memory;
  }
}

const std::uint32_t* JsonlIndex::marks() const {
  return engine_->marks;
}

std::size_t JsonlIndex::count() const {
  return engine_->count;
}

}  // namespace besa::source
