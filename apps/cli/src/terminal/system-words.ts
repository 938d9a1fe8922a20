/** What the system says, in the words of a person. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the quota is used up',
  EEXIST: 'it is there already',
  EFBIG: 'the file would be too big',
  EIO: 'the device reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is not a folder',
  EPERM: 'the system does not allow it',
  EROFS: 'it cannot be written to',
};

/**
 * Why a file or stream cannot be used: `the disk is full (ENOSPC)`.
 *
 * @param error - of a system call.
 */
export function systemWords(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  if (typeof code !== 'string') return 'for a reason that is not known';
  const words = WORDS[code];
  return words === undefined ? `the system says ${code}` : `${words} (${code})`;
}

/** Whether an error is that of a system call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const { syscall, code } = Object(error) as { readonly syscall?: unknown; readonly code?: unknown };
  return error instanceof Error && typeof syscall === 'string' && typeof code === 'string';
}
