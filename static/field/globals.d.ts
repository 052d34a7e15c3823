/** Put in by build.mjs. */
declare const SILIAN_VERSION: string;
declare const PHOTO_WORKER: string;
declare const PRECACHE: { url: string; revision: string | null; integrity?: string }[];
declare const SHELL_NAMES: string[];
