/** Which icon stands for a file that has no picture. */
import type { AttachmentKind } from '@/api/types'
import type { IconName } from '@/components/icons'

export const kindIcon: Record<AttachmentKind, IconName> = { photo: 'picture', audio: 'sound', video: 'film', document: 'policy' }
