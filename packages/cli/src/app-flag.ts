/** The option of every command that names the app, as commander takes it: flags and description. */
export const APP_FLAG = [
  '--app <file>',
  'module that exports the app; default: "keelson": { "app": … } of package.json',
] as const
