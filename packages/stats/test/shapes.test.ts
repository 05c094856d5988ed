import type { Estimate as CoreEstimate, Random as CoreRandom, Undetermined as CoreUndetermined } from '@assize/core';
import { expect, expectTypeOf, test } from 'vitest';
import {
  cohenKappa,
  type Estimate,
  plainEstimate,
  type Random,
  seededRandom,
  type Undetermined,
} from '../src/index.ts';

test('the shapes are those of the contract package', () => {
  expectTypeOf<Estimate>().toEqualTypeOf<CoreEstimate>();
  expectTypeOf<Undetermined>().toEqualTypeOf<CoreUndetermined>();
  expectTypeOf<Random>().toEqualTypeOf<CoreRandom>();
});

test('a plain estimate has the common fields and nothing else', () => {
  const codes = [0, 1, 1, 0, 1, 1, 0, 0];
  const kappa = cohenKappa(codes, [...codes.slice(1), 1], { categories: 2, random: seededRandom(1) });
  const known = ['groups', 'interval', 'level', 'method', 'n', 'nEffective', 'notes', 'se', 'value'];
  expect(Object.keys(kappa)).toContain('po');
  expect(Object.keys(plainEstimate(kappa)).filter((key) => !known.includes(key))).toEqual([]);
  const nothing = cohenKappa([], []);
  expect(plainEstimate(nothing)).toBe(nothing);
});
