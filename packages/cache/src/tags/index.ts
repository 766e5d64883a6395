export { ALIVE, DEAD, TagState, TagTable } from './tag-table.ts'
export { assertTags, tagProblem } from './tag-text.ts'
export { KeyWatches, Watch } from './watch.ts'
