/** Of a command that found what is not as the files or the tables say. */
export const DIFFERS = 1
/** Of a comparison that has no server, so that nothing is known. */
export const UNKNOWN = 3
