import { describe, expect, test } from 'vitest';
import { certifyBelow, roganGladen, seededRandom } from '../src/index.ts';

describe('certification', () => {
  const judged = { positives: 30, n: 1000 };
  const calibration = { truePositives: 90, positives: 100, trueNegatives: 196, negatives: 200 };

  test("takes the one-sided upper end of Lee's interval", () => {
    const found = certifyBelow(0.05, judged, calibration);
    const two = roganGladen(judged, calibration, { level: 0.9 });
    if (found.value === null || two.value === null) throw new Error('undetermined');
    expect(found.value).toBe(two.value);
    expect(found.interval).toEqual([0, two.interval![1]]);
    expect(found).toMatchObject({ certified: true, allowed: 0.05, method: 'certification, upper bound of lee 2025' });
    expect(certifyBelow(found.interval![1], judged, calibration)).toMatchObject({ certified: false });
  });

  test('exact boxes at a third of the error each', () => {
    // scipy: p = beta.ppf(1 - a/3, 31, 970), q0 = beta.ppf(1 - a/3, 197, 4), q1 = beta.ppf(a/3, 90, 11), a = .05
    const found = certifyBelow(0.05, judged, calibration, { method: 'exact' });
    if (found.value === null) throw new Error(found.detail);
    expect(found.interval![1]).toBeCloseTo(0.047850740860735, 10);
    expect(found).toMatchObject({ certified: true, method: 'certification, clopper-pearson boxes' });
    expect(certifyBelow(0.0478, judged, calibration, { method: 'exact' })).toMatchObject({ certified: false });
  });

  test('is never sharper by boxes than by the bound that holds approximately, on a plain case', () => {
    const [lee, exact] = (['lee', 'exact'] as const).map((method) =>
      certifyBelow(0.5, { positives: 100, n: 500 }, calibration, { method }),
    );
    if (lee!.value === null || exact!.value === null) throw new Error('undetermined');
    expect(exact!.interval![1]).toBeGreaterThan(lee!.interval![1]);
  });

  test('a calibration that cannot tell failures certifies nothing', () => {
    const weak = { truePositives: 3, positives: 5, trueNegatives: 3, negatives: 5 };
    expect(certifyBelow(0.9, { positives: 300, n: 500 }, weak, { method: 'exact' })).toMatchObject({
      interval: [0, 1],
      certified: false,
      notes: expect.arrayContaining([
        'the judge may be no better than chance: nothing can be certified with this calibration',
      ]) as string[],
    });
    expect(certifyBelow(0.1, judged, { ...weak, truePositives: 1 })).toMatchObject({
      value: null,
      reason: 'judge-not-better-than-chance',
    });
    expect(certifyBelow(0.1, { positives: 0, n: 0 }, weak)).toMatchObject({ value: null, reason: 'no-data' });
  });

  test('a calibration with more false alarms than the judged items show does not fit them', () => {
    const found = certifyBelow(
      0.1,
      { positives: 0, n: 5000 },
      { ...calibration, trueNegatives: 170 },
      { method: 'exact' },
    );
    expect(found).toMatchObject({ certified: false });
    if (found.value === null) throw new Error(found.detail);
    expect(found.notes).toContain(
      'not certified: fewer failures were judged than the false alarms of the calibration would give',
    );
  });

  test('refuses bounds and levels that are none', () => {
    expect(() => certifyBelow(0, judged, calibration)).toThrow('allowed must lie in (0, 1), found 0');
    expect(() => certifyBelow(0.1, judged, calibration, { level: 0.5 })).toThrow(
      'level must lie in (0.5, 1), found 0.5',
    );
    expect(() => certifyBelow(0.1, judged, calibration, { method: 'other' as 'lee' })).toThrow(
      "method must be 'lee' or 'exact', found other",
    );
  });

  test('gives a wrong certificate no more often than it says', () => {
    const random = seededRandom('certificates');
    const draw = (n: number, p: number) => {
      let count = 0;
      for (let i = 0; i < n; i++) if (random.next() < p) count++;
      return count;
    };
    const wrong = { lee: 0, exact: 0 };
    for (let d = 0; d < 1000; d++) {
      const sample = { positives: draw(400, 0.1 * 0.9 + 0.9 * 0.05), n: 400 };
      const labels = { truePositives: draw(100, 0.9), positives: 100, trueNegatives: draw(100, 0.95), negatives: 100 };
      for (const method of ['lee', 'exact'] as const) {
        const found = certifyBelow(0.1, sample, labels, { method });
        if (found.value !== null && found.certified) wrong[method]++;
      }
    }
    expect(wrong.lee).toBeLessThan(78); // 50 and four standard errors
    expect(wrong.exact).toBeLessThanOrEqual(wrong.lee);
  });
});
