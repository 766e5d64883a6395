export { MemoryEntry, MemoryMap, MemoryTier } from './memory-tier.ts'
export { SteadyTime } from './steady-time.ts'
