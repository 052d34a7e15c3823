/** Put in by build.mjs. */
declare const SILIAN_VERSION: string;
declare const PHOTO_WORKER: string;
