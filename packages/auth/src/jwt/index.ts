export { bitsOf, PUBLIC_ALGORITHMS, SECRET_ALGORITHMS, type BearerAlgorithm } from './algorithms.ts'
export { PROFILES, type BearerClaims } from './claims.ts'
export { loadJose, type Jose } from './jose.ts'
export { fixedKeys, type KeySource } from './key-source.ts'
export { readKeySet, type JsonWebKeySet, type KeySet } from './key-set.ts'
export { readPublicKey } from './public-key.ts'
export { TokenFinder, type Revocations } from './token-finder.ts'
export { TokenProblem } from './token-problem.ts'
export {
  chooseKeys,
  publicKeyFor,
  secretKeyFor,
  type KeyChoice,
  type VerificationKey,
} from './verification-key.ts'
export { verifyToken, type TokenRules, type Verifier } from './verify-token.ts'
