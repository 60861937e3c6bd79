#include "detect/score.h"

#include <cmath>

namespace doorward::detect {

double probability(double log_odds) {
  return 1.0 / (1.0 + std::exp(-(log_odds - 3.0)));
}

Judgement judge(const Question&, const Evidence& evidence, std::span<const View>) {
  Judgement judgement;
  const double total = evidence.total();
  judgement.score = probability(total);
  if (total >= 6.5)
    judgement.certainty = Certainty::certain;
  else if (total >= 2.9)
    judgement.certainty = Certainty::likely;
  return judgement;
}

}  // namespace doorward::detect
