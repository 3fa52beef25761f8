// The development server moves dependencies away from the files beside them, unless told not to.
export default { optimizeDeps: { exclude: ["dsnlens"] } };
