/* A C node: registers under the name argv[1], connects to the node argv[2], says "=> NAME PORT",
   and accepts connections until it is killed. */
#include <stdio.h>
#include <ei.h>

static int failed(const char *what) {
    printf("failed: %s, erl_errno %d\n", what, erl_errno);
    return 1;
}

int main(int count, char **arguments) {
    ei_cnode self;
    int port = 0, listener;

    if (count != 3) return failed("arguments");
    ei_init();
    if (ei_connect_init(&self, arguments[1], "chaos", 1) < 0) return failed("ei_connect_init");
    if ((listener = ei_listen(&self, &port, 5)) < 0) return failed("ei_listen");
    if (ei_publish(&self, port) < 0) return failed("ei_publish");
    if (ei_connect(&self, arguments[2]) < 0) return failed("ei_connect");
    printf("=> %s %d\n", ei_thisnodename(&self), port);
    fflush(stdout);
    for (;;) {
        ErlConnect peer;
        ei_accept(&self, listener, &peer);
    }
}
