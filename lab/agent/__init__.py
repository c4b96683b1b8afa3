"""The node agent's stand-in: what Calico's own agent does on every node, done for all nodes by one process.

Two halves, each replaceable. The renderer turns the resources of the Kubernetes API into BIRD's configuration; BIRD
runs it. The reporter asks the running BIRD and answers CalicoNodeStatus objects. Behaviour follows Calico v3.32.
"""
