/** The modules that a worker has brought along, by the URLs that `remote` knows them by. @internal */
export const providedModules = /* @__PURE__ */ new Map<string, object>();
