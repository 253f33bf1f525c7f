BEGIN TRANSACTION;
CREATE TABLE "agent_messages" (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        message_data TEXT NOT NULL,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        FOREIGN KEY (session_id) REFERENCES "agent_sessions" (session_id) ON DELETE CASCADE
    );
INSERT INTO "agent_messages" VALUES(1,'3f2a','{"role": "user", "content": "hello"}','2023-11-14 22:13:20');
INSERT INTO "agent_messages" VALUES(2,'3f2a','{"role": "assistant", "content": "Hello."}','2023-11-14 22:13:20');
INSERT INTO "agent_messages" VALUES(3,'3f2a','{"role": "user", "content": "refund 1042"}','2023-11-14 22:13:20');
CREATE TABLE "agent_sessions" (
        session_id TEXT PRIMARY KEY,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
    );
INSERT INTO "agent_sessions" VALUES('3f2a','2023-11-14 22:13:20','2023-11-14 22:13:20');
CREATE TABLE agentchat_calls (
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,
        response INTEGER NOT NULL,
        place INTEGER NOT NULL,   -- among the calls of the response, from 0
        call_id TEXT NOT NULL,    -- the provider's
        agent TEXT NOT NULL,
        tool TEXT NOT NULL,
        arguments TEXT NOT NULL,
        kind TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'proposed',
        decision TEXT,            -- JSON
        allowed_by TEXT NOT NULL DEFAULT '',
        outcome TEXT,             -- JSON
        late TEXT,                -- JSON: an outcome that came when there was one already
        started REAL,
        ended REAL,
        PRIMARY KEY (session_id, run_id, path, response, place)
    );
INSERT INTO "agentchat_calls" VALUES('3f2a','run1','',1,0,'call_0','triage','refund','{}','tool','finished','{"is": "approved", "arguments": null, "by": "you", "digest": ""}','you','{"is": "returned", "output": "refunded", "failed": false, "unchecked": false}',NULL,1700000000.0,1700000000.0);
INSERT INTO "agentchat_calls" VALUES('3f2a','run1','',1,1,'call_1','triage','refund','{}','tool','proposed',NULL,'',NULL,NULL,NULL,NULL);
CREATE TABLE agentchat_chats (
        session_id TEXT PRIMARY KEY,
        title TEXT NOT NULL DEFAULT '',
        folder TEXT NOT NULL DEFAULT '',
        agent TEXT,
        prompt TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        updated REAL NOT NULL,
        epoch INTEGER NOT NULL DEFAULT 0  -- raised by whoever takes the conversation over
    );
INSERT INTO "agentchat_chats" VALUES('3f2a','Refunds','/home/me/shop','triage','unsent',1700000000.0,1700000000.0,0);
INSERT INTO "agentchat_chats" VALUES('b','','',NULL,'only a prompt',1700000001.0,1700000001.0,0);
CREATE TABLE agentchat_drafts (
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (session_id, run_id, path)
    );
INSERT INTO "agentchat_drafts" VALUES('3f2a','run1','','And now');
CREATE TABLE agentchat_facts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        place INTEGER NOT NULL,   -- a row of agent_messages, 0 for none
        of_row INTEGER NOT NULL,  -- 1: about that row; 0: standing after it
        item_id INTEGER,          -- about this row of agentchat_items
        fact TEXT NOT NULL        -- JSON
    );
INSERT INTO "agentchat_facts" VALUES(1,'3f2a','run0',1,1,NULL,'{"about": "item", "item": 0, "kind": "input", "agent": "triage", "ending": "complete", "started": 1700000000.0, "ended": null, "verdict": "", "by": "", "edited": false, "target": "", "path": []}');
INSERT INTO "agentchat_facts" VALUES(2,'3f2a','run0',2,1,NULL,'{"about": "item", "item": 0, "kind": "message", "agent": "triage", "ending": "complete", "started": null, "ended": null, "verdict": "", "by": "", "edited": false, "target": "", "path": []}');
INSERT INTO "agentchat_facts" VALUES(3,'3f2a','run0',2,0,NULL,'{"about": "turn", "kind": "notice", "text": "A notice.", "at": 1.0, "agent": "", "path": []}');
INSERT INTO "agentchat_facts" VALUES(4,'3f2a','run1',3,1,NULL,'{"about": "item", "item": 0, "kind": "input", "agent": "triage", "ending": "complete", "started": 1700000000.0, "ended": null, "verdict": "", "by": "", "edited": false, "target": "", "path": []}');
CREATE TABLE agentchat_items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL, -- items of nested runs, which are no part of the conversation
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,
        item TEXT NOT NULL        -- JSON
    );
CREATE TABLE agentchat_responses (
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,
        response INTEGER NOT NULL,
        data TEXT NOT NULL,       -- JSON
        at REAL NOT NULL,
        PRIMARY KEY (session_id, run_id, path, response)
    );
INSERT INTO "agentchat_responses" VALUES('3f2a','run1','',1,'{"output": [{"id": "msg", "content": [{"annotations": [], "text": "Let me see.", "type": "output_text"}], "role": "assistant", "status": "completed", "type": "message"}, {"arguments": "{}", "call_id": "call_0", "name": "refund", "type": "function_call"}, {"arguments": "{}", "call_id": "call_1", "name": "refund", "type": "function_call"}], "usage": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "input_tokens_details": [{"cache_write_tokens": 0, "cached_tokens": 0, "cache_write_tokens_details": null}], "output_tokens_details": [{"reasoning_tokens": 0}], "requests": 0, "request_usage_entries": []}, "response_id": "resp", "request_id": null}',1700000000.0);
CREATE TABLE agentchat_runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL,
        run_id TEXT NOT NULL,
        path TEXT NOT NULL,       -- of outer calls, joined with "/"; empty for the run itself
        checkpoint TEXT NOT NULL, -- JSON
        step TEXT NOT NULL,       -- the checkpoint's
        response INTEGER NOT NULL,
        ending TEXT,              -- of the last commit; NULL before the first
        UNIQUE (session_id, run_id, path)
    );
INSERT INTO "agentchat_runs" VALUES(1,'3f2a','run0','','{"step": "ended", "turn": 1, "response": 1, "agent": "triage", "at": 1700000000.0, "max_turns": 10, "open_rows": false, "open_outputs": [], "usage": {}, "tools_used": {}, "approvals": {}, "staged_input": [], "open_guardrails": "", "rows_since_input": 0, "view": "", "seen": null, "final": null, "context": null}','ended',1,'final');
INSERT INTO "agentchat_runs" VALUES(3,'3f2a','run1','','{"step": "turn open", "turn": 1, "response": 1, "agent": "triage", "at": 1700000000.0, "max_turns": 10, "open_rows": false, "open_outputs": [], "usage": {}, "tools_used": {}, "approvals": {}, "staged_input": [], "open_guardrails": "", "rows_since_input": 0, "view": "", "seen": null, "final": null, "context": null}','turn open',1,NULL);
CREATE INDEX "idx_agent_messages_session_id" ON "agent_messages" (session_id, id);
CREATE INDEX agentchat_runs_in_order ON agentchat_runs (session_id, path, id);
CREATE INDEX agentchat_items_of_runs ON agentchat_items (session_id, run_id, path, id);
CREATE INDEX agentchat_facts_by_place ON agentchat_facts (session_id, place, seq);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('agent_messages',3);
INSERT INTO "sqlite_sequence" VALUES('agentchat_facts',4);
INSERT INTO "sqlite_sequence" VALUES('agentchat_runs',4);
COMMIT;
PRAGMA user_version = 1;
