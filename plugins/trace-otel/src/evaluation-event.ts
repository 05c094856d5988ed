import type { Criterion, Rating, Scale } from '@assize/core';
import type { Attributes } from '@opentelemetry/api';

import { assize, genAi } from './attribute-names.ts';

/**
 * The attributes of `gen_ai.evaluation.result` for one rating.
 *
 * A number is the raw value on its scale, whose ends go beside it; a label or a preference has no number. A rating without a
 * value has neither, and its status is the `error.type`.
 */
export function evaluationAttributes(
  rating: Rating,
  criterion: Criterion | undefined,
  { captureContent }: { captureContent: boolean },
): Attributes {
  const { status, value, sample, response, order, cost, rationale, provenance } = rating;
  return {
    [genAi.evaluationName]: rating.criterion,
    ...scoreOf(value, criterion?.scale),
    ...(status === 'rated' ? {} : { [genAi.errorType]: status }),
    ...(captureContent && rationale !== undefined ? { [genAi.explanation]: rationale } : {}),
    ...(provenance.served === undefined ? {} : { [genAi.responseModel]: provenance.served }),
    [assize.status]: status,
    [assize.item]: rating.item,
    [assize.rater]: rating.rater,
    ...(provenance.rater === undefined ? {} : { [assize.raterFingerprint]: provenance.rater }),
    ...(sample === undefined ? {} : { [assize.sample]: sample }),
    ...(response === undefined ? {} : { [assize.response]: response }),
    ...(order === undefined ? {} : { [assize.order]: [...order] }),
    ...(cost === undefined ? {} : { [assize.cost]: cost.amount }),
  };
}

function scoreOf(value: Rating['value'], scale: Scale | undefined): Attributes {
  if (value === null) return {};
  // A preference is the index of a response: a name, not an amount.
  if (typeof value === 'string' || scale?.kind === 'preference') return { [genAi.scoreLabel]: String(value) };
  return { [genAi.scoreValue]: value, ...endsOf(scale) };
}

function endsOf(scale: Scale | undefined): Attributes {
  if (scale?.kind === 'interval') return { [assize.scoreMin]: scale.min, [assize.scoreMax]: scale.max };
  if (scale?.kind !== 'ordinal') return {};
  const levels = scale.levels.filter((level) => typeof level === 'number');
  return levels.length === 0 ? {} : { [assize.scoreMin]: Math.min(...levels), [assize.scoreMax]: Math.max(...levels) };
}
