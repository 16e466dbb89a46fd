"""The demonstration: invented people and histories over the real clusters, and the one-process server.

It writes through the production services wherever they exist for an act; only the many thousand events of a
history are appended in bulk. The room is not installed in services mode.
"""
