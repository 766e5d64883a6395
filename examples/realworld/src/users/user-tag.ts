/** What shows the name, the text or the picture of a user is kept with this tag. */
export const tagOfUser = (id: string): string => `user:${id}`
