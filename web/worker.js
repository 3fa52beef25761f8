// Gives the page as it was last loaded, where there is no network. It sees requests for the page's
// own files, and nothing that is typed: the page sends nothing.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const kept = () => caches.match(event.request, { ignoreSearch: true });
  event.respondWith(
    fetch(event.request).catch(async (error) => {
      const response = await kept();
      if (response) return response;
      throw error;
    }),
  );
});
