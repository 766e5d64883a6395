// An app whose configuration is not there.
import { createApp, loadConfig, t } from '@keelson/core'

loadConfig({ KEELSON_CLI_TEST_UNSET: t.String() }, { files: [] })

export const app = createApp({ routes: {} })
