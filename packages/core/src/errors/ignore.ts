/** Listens to a failure of which nothing is to be done: without a listener it would end the process. */
export function ignore(): void {}
