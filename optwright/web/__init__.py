"""The Gradio app: a chat, and beside it the answer, the model, the checks, the program and the versions."""
