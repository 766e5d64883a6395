export { ALIVE, DEAD, STALE, TagState, TagTable, Watch } from './tag-table.ts'
export { assertTags, MAX_TAGS, tagProblem } from './tag-text.ts'
