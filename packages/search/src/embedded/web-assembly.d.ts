// What is used of WebAssembly (W3C, "WebAssembly JavaScript Interface"): TypeScript declares it for browsers only.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: unknown;
    constructor(module: Module);
  }
  type Memory = {
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KiB; the buffer is another one afterwards. */
    grow(pages: number): number;
  };
}
