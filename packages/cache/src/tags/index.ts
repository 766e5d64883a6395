export { ALIVE, DEAD, TagState, TagTable } from './tag-table.ts'
export { assertTags, quotedTags, MAX_INVALIDATED, tagProblem } from './tag-text.ts'
export { KeyWatches, Watch } from './watch.ts'
