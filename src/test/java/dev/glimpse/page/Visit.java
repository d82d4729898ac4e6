package dev.glimpse.page;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One visitor's window.
 *
 * @param page the open page
 * @param hosts every host and port that the page asked for anything
 * @param errors what the browser's console complained about, uncaught exceptions included
 */
record Visit(Page page, Set<String> hosts, List<String> errors) implements AutoCloseable {
    static Visit open(BrowserContext context, String url) {
        Visit visit = new Visit(context.newPage(), new TreeSet<>(), new ArrayList<>());
        // What a page made itself, blob: and data:, has no host.
        visit.page.onRequest(request ->
                Optional.ofNullable(URI.create(request.url()).getAuthority()).ifPresent(visit.hosts::add));
        visit.page.onWebSocket(
                socket -> visit.hosts.add(URI.create(socket.url()).getAuthority()));
        visit.page.onPageError(visit.errors::add);
        visit.page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                visit.errors.add(message.text());
            }
        });
        visit.page.navigate(url);
        return visit;
    }

    @Override
    public void close() {
        page.context().close();
    }
}
