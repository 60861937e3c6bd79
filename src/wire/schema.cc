#include "wire/schema.h"

#include "wire/schema_compiler.h"
#include "wire/schema_evaluate.h"
#include "wire/schema_report.h"

namespace doorward::wire {
namespace {

Error stopped(const SchemaProgram& program, SchemaStop why) {
  if (why == SchemaStop::number)
    return {"schema.number", program.fault, false,
            program.subject + " hold a number whose exponent is too large to compare"};
  return {"schema.budget", program.fault, false,
          program.subject + " take too many steps to validate; send less at once"};
}

}  // namespace

Expected<Schema> Schema::compile(std::string_view text, const SchemaOptions& options) {
  auto program = SchemaCompiler(options).run(std::string(text));
  if (!program) return std::unexpected(std::move(program.error()));
  return Schema(std::move(*program));
}

Expected<Schema> Schema::compile(JsonValue value, const SchemaOptions& options) {
  return compile(value.raw(), options);
}

SchemaMatch Schema::match(JsonValue value) const {
  if (!value) return SchemaMatch::undecided;
  SchemaEvaluator evaluator(*program_, value);
  const bool ok = evaluator.run();
  if (evaluator.stop() != SchemaStop::none) return SchemaMatch::undecided;
  return ok ? SchemaMatch::yes : SchemaMatch::no;
}

Expected<void> Schema::validate(JsonValue value) const {
  const SchemaProgram& program = *program_;
  if (!value)
    return failure("schema.mismatch", program.fault, program.subject + " are missing: send them");
  {
    SchemaEvaluator evaluator(program, value);
    const bool ok = evaluator.run();
    if (evaluator.stop() != SchemaStop::none)
      return std::unexpected(stopped(program, evaluator.stop()));
    if (ok) return {};
  }
  // It does not match; when the budget ends before all is said, what was said stands.
  SchemaReport report(value);
  static_cast<void>(SchemaEvaluator(program, value, &report).run());
  return failure("schema.mismatch", program.fault, report.text(program.subject));
}

}  // namespace doorward::wire
