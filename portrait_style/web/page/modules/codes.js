// Calculating with style codes, as portrait_style/styles/codes.py does.

// Between opposite codes the straight line passes through zero, which has no direction.
const SHORTEST = 1e-6;

/** Length of a code. */
export function codeLength(code) {
  return Math.hypot(...code);
}

/** Divide weights by their sum; they must be finite, 0 or more, and not all 0. */
export function normalizedWeights(weights) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!weights.every((weight) => Number.isFinite(weight) && weight >= 0) || !(total > 0)) {
    throw new RangeError(`Weights must be 0 or more, and not all 0. Received: ${weights}.`);
  }
  return weights.map((weight) => weight / total);
}

/** Average codes by weights; the result is as long as the codes are on average. */
export function mixCodes(codes, weights) {
  const shares = normalizedWeights(weights);
  const mean = codes[0].map((_, i) => codes.reduce((sum, code, k) => sum + shares[k] * code[i], 0));
  const length = codes.reduce((sum, code, k) => sum + shares[k] * codeLength(code), 0);
  const factor = length / Math.max(codeLength(mean), SHORTEST);
  return mean.map((number) => number * factor);
}
