from agentchat.chat.inspecting.agent_graph import Node, tree


def test_the_tree_begins_with_the_first_agent_and_names_again_who_was_shown() -> None:
    nodes = (
        Node("lonely"),
        Node("triage", ("clock",), ("billing",), ("helper",)),
        Node("billing", (), ("triage",)),
        Node("helper", ("calculator",)),
    )
    assert list(tree(nodes, "triage", active="billing")) == [
        "triage  (gets the first message)",
        "├─ uses clock",
        "├─ hands over to billing  (active)",
        "│  └─ hands over to triage  (see above)",
        "└─ asks helper",
        "   └─ uses calculator",
        "lonely",
    ]


def test_an_agent_that_nobody_describes_is_named() -> None:
    assert list(tree((Node("a", (), ("elsewhere",)),), "a")) == ["a  (gets the first message)", "└─ hands over to elsewhere"]
