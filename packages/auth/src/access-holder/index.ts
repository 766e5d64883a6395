export { ISSUED_ACCESS, type AccessHolder } from './access-holder.ts'
export { END_MARK_MS, endMarkId, isEndMark } from './end-mark.ts'
export { assertUserId } from './user-id.ts'
