export { MemoryEntry, MemoryMap, MemoryTier } from './memory-tier.ts'
export { steadyTime } from './steady-time.ts'
