export { memoize, type Memoized, type MemoizeOptions, type MethodMemoizer } from './memoize.ts'
