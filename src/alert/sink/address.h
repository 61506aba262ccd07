/*
 * address: may an alert go there? Addresses of this machine, of the local network and of the provider's
 * metadata service are no place for a webhook unless the operator says so: whoever can write a URL
 * into a setting, or a DNS record, would otherwise make the server talk to its own neighbours.
 */
#ifndef REBATO_ALERT_SINK_ADDRESS_H
#define REBATO_ALERT_SINK_ADDRESS_H

#include <sys/socket.h>

/* True for everything that is not a global unicast address, and for IPv6 forms that carry such an
 * IPv4 address inside (mapped, NAT64, 6to4). Other families are private. */
int address_is_private(const struct sockaddr *address);

#endif
