#!/usr/bin/env python3
"""Writes what SciPy and NumPy say of two thousand random samples, which a test holds the program to.

usage: scipy_figures.py > tests/fixtures/statistics/scipy.csv

A row names how its two samples are made (by a generator that needs no more than whole numbers,
additions and multiplications, so that every machine makes the same ones) and what comes of them.
"""

import math

import numpy
import scipy
from scipy import stats

ROWS = 2000
MASK = (1 << 64) - 1


class SplitMix:
    """SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""

    def __init__(self, seed):
        self.state = seed

    def whole(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = ((self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def share(self):
        return (self.whole() >> 11) * 2.0**-53

    def value(self, level, grain):
        """Nearly normal around the level; with a grain above 0 cut to its multiples, for ties."""
        total = 0.0
        for _ in range(12):
            total += self.share()
        value = level * (1.0 + 0.08 * (total - 6.0))
        return math.floor(value / grain) * grain if grain > 0.0 else value


def row(seed):
    random = SplitMix(seed)
    first = 2 + random.whole() % 39
    second = 1 + random.whole() % 20
    grain = [0.0, 0.0, 1.0, 5.0][random.whole() % 4]
    level = 100.0 + 25.0 * random.share()
    confidence = [0.9, 0.95, 0.975, 0.99, 0.995, 0.999][random.whole() % 6]
    percent = random.whole() % 101
    times = 1.0 + 4.0 * random.share()
    history = numpy.array([random.value(100.0, grain) for _ in range(first)])
    current = numpy.array([random.value(level, grain) for _ in range(second)])
    mean, deviation = history.mean(), history.std(ddof=1)
    widened = math.sqrt(1.0 + 1.0 / first)
    logs = numpy.log(history)
    z = stats.norm.ppf(confidence, mean, deviation) if deviation > 0 else mean
    t = mean + stats.t.ppf(confidence, first - 1) * deviation * widened
    log_normal = math.exp(logs.mean() + stats.t.ppf(confidence, first - 1) * logs.std(ddof=1) * widened)
    median = numpy.median(history)
    iqr = median + times * stats.iqr(history)
    mad = median + times * stats.median_abs_deviation(history, scale="normal")
    changes = numpy.abs(numpy.diff(history) / history[:-1])
    delta_iqr = median + median * times * stats.iqr(changes) if first > 2 else math.nan
    test = stats.mannwhitneyu(current, history, alternative="greater", method="auto")
    # Where all values are the same SciPy divides by zero; no evidence is a chance of 1.
    chance = 1.0 if numpy.unique(numpy.concatenate([history, current])).size == 1 else test.pvalue
    quantile = numpy.percentile(history, percent)
    figures = [quantile, deviation, z, t, log_normal, iqr, delta_iqr, mad, test.statistic, chance]
    return [seed, *(format(float(figure), ".10g") for figure in figures)]


print(f"# SciPy {scipy.__version__}, NumPy {numpy.__version__}; made by tools/statistics/scipy_figures.py")
print("seed,quantile,deviation,z,t,log_normal,iqr,delta_iqr,mad,pairs_above,chance")
for seed in range(1, ROWS + 1):
    print(",".join(str(field) for field in row(seed)))
