import { cohenKappa, isEstimate, seededRandom } from '@assize/stats';

// A judge and a person on twelve responses, as codes 0 (bad), 1 (fair), 2 (good).
const judge = [0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 1];
const person = [0, 1, 2, 1, 1, 0, 1, 1, 2, 2, 2, 1];

export const kappa = cohenKappa(judge, person, { categories: 3, weights: 'quadratic', random: seededRandom(7) });

if (isEstimate(kappa)) console.log(`kappa ${kappa.value.toFixed(2)}, n = ${kappa.n}, ${kappa.method}`);
else console.log(`not defined: ${kappa.detail}`);
